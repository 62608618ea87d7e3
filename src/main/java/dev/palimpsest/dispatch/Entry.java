package dev.palimpsest.dispatch;

/** A job's place in the queue; a retry takes a new one, so an old one can never stand for it. */
record Entry(String job, int round) {
    static Entry of(String text) {
        int dot = text.lastIndexOf('.');
        return new Entry(text.substring(0, dot), Integer.parseInt(text.substring(dot + 1)));
    }

    @Override
    public String toString() {
        return job + "." + round;
    }
}
