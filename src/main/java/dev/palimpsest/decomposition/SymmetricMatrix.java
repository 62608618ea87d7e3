package dev.palimpsest.decomposition;

/**
 * Eigenvalues without libtorch: Householder reflections leave three diagonals, on which Sturm's
 * count of the eigenvalues below a number is halved down to each.
 */
final class SymmetricMatrix {
    /** Of the largest one. */
    private static final double EXACT = 1e-13;

    private final double[] diagonal;

    /** What stands beside the diagonal, squared. */
    private final double[] beside;

    /** Reduces the rows, which are changed. */
    SymmetricMatrix(double[][] rows) {
        int size = rows.length;
        this.diagonal = new double[size];
        this.beside = new double[Math.max(0, size - 1)];
        for (int k = 0; k < size; k++) {
            diagonal[k] = rows[k][k];
            if (k < size - 1) reflect(rows, k);
        }
    }

    /** Makes row k zero after the place beside its diagonal. */
    private void reflect(double[][] rows, int k) {
        int size = rows.length;
        double[] v = rows[k].clone();
        double square = 0;
        for (int i = k + 1; i < size; i++) square += v[i] * v[i];
        beside[k] = square;
        double norm = Math.copySign(Math.sqrt(square), v[k + 1]);
        double half = square + norm * v[k + 1]; // half the square of v once it is reflected about
        if (half == 0) return;
        v[k + 1] += norm;
        double[] w = new double[size];
        for (int i = k + 1; i < size; i++) addTimes(w, rows[i], v[i], k + 1);
        double along = 0;
        for (int i = k + 1; i < size; i++) along += v[i] * w[i];
        for (int i = k + 1; i < size; i++) w[i] = w[i] / half - along / (2 * half * half) * v[i];
        for (int i = k + 1; i < size; i++) {
            addTimes(rows[i], w, -v[i], k + 1);
            addTimes(rows[i], v, -w[i], k + 1);
        }
    }

    private static void addTimes(double[] target, double[] row, double factor, int from) {
        for (int j = from; j < target.length; j++) target[j] += factor * row[j];
    }

    /** In descending order. */
    double[] eigenvalues() {
        int size = diagonal.length;
        double bound = 0;
        for (int i = 0; i < size; i++)
            bound = Math.max(bound, Math.abs(diagonal[i]) + besides(i) + besides(i - 1));
        double[] values = new double[size];
        for (int i = 0; i < size; i++) {
            double low = -bound;
            double high = i == 0 ? bound : values[i - 1];
            while (high - low > EXACT * bound) {
                double middle = (low + high) / 2;
                if (below(middle) >= size - i) high = middle;
                else low = middle;
            }
            values[i] = high;
        }
        return values;
    }

    private double besides(int i) {
        return i < 0 || i >= beside.length ? 0 : Math.sqrt(beside[i]);
    }

    /** How many eigenvalues are smaller: as many as the pivots of Gauss that are negative. */
    private int below(double number) {
        int count = 0;
        double pivot = 1;
        for (int i = 0; i < diagonal.length; i++) {
            double before = i == 0 ? 0 : beside[i - 1] / (pivot == 0 ? Double.MIN_NORMAL : pivot);
            pivot = diagonal[i] - number - before;
            if (pivot < 0) count++;
        }
        return count;
    }
}
