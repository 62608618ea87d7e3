package dev.palimpsest.decomposition;

import java.util.List;

/**
 * A matrix's singular values, the largest first; those left out are zero, and a matrix of zeros has
 * none.
 */
public record Spectrum(List<Double> values) {
    public Spectrum {
        values = List.copyOf(values);
    }

    /** The fewest largest values whose squares make up a share of all squares' sum. */
    public int rank(double share) {
        double total = squares(values.size());
        double sum = 0;
        int rank = 0;
        while (rank < values.size() && sum < share * total) sum += square(rank++);
        return rank;
    }

    /** What an approximation of that rank loses of the squares' sum. */
    public double tail(int rank) {
        double rest = 0;
        for (int i = values.size() - 1; i >= rank; i--) rest += square(i);
        return rest == 0 ? 0 : rest / squares(values.size());
    }

    /** The squares' sum by the largest square; 0 for a matrix of zeros. */
    public double stableRank() {
        return values.isEmpty() ? 0 : squares(values.size()) / square(0);
    }

    /**
     * exp of the entropy of the squares' shares (after Roy and Vetterli 2007, who take the shares
     * of the values themselves); 0 for a matrix of zeros.
     */
    public double effectiveRank() {
        if (values.isEmpty()) return 0;
        double total = squares(values.size());
        double entropy = 0;
        for (int i = 0; i < values.size(); i++) {
            double share = square(i) / total;
            if (share > 0) entropy -= share * Math.log(share);
        }
        return Math.exp(entropy);
    }

    public double frobeniusNorm() {
        return Math.sqrt(squares(values.size()));
    }

    /** Whether a change of the shares by so much could change the rank of one of them. */
    boolean isNear(List<Double> shares, double distance) {
        double total = squares(values.size());
        double sum = 0;
        for (int i = 0; i < values.size(); i++) {
            sum += square(i);
            double share = sum / total;
            for (double one : shares) if (Math.abs(one - share) <= distance) return true;
        }
        return false;
    }

    /** The value at a share of the way down the list, by the largest one. */
    double quantile(double share) {
        return values.isEmpty() ? 0 : values.get((int) (share * values.size())) / values.getFirst();
    }

    private double squares(int first) {
        double sum = 0;
        for (int i = 0; i < first; i++) sum += square(i);
        return sum;
    }

    private double square(int i) {
        return values.get(i) * values.get(i);
    }
}
