package io.lembos.scheduler.metrics;

/** Upper bounds of kube-scheduler's histograms: each twice the one before. */
final class Buckets {
    static final double[] ATTEMPT_SECONDS = doubling(0.001, 15);
    static final double[] WAY_SECONDS = doubling(0.01, 20);
    static final double[] POINT_SECONDS = doubling(0.0001, 12);
    static final double[] ATTEMPTS = doubling(1, 5);
    static final double[] VICTIMS = doubling(1, 7);

    private Buckets() {}

    private static double[] doubling(double first, int count) {
        double[] bounds = new double[count];
        double bound = first;
        for (int i = 0; i < count; i++) {
            bounds[i] = bound;
            bound *= 2;
        }
        return bounds;
    }
}
