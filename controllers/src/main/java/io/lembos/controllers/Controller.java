package io.lembos.controllers;

/** One control loop: follows what it needs to know and brings the cluster nearer to what is wanted. */
public interface Controller extends AutoCloseable {
    /** The name under which Kubernetes knows it, for example {@code deployment-controller}. */
    String name();

    /** Begins to work; returns when the first picture of the cluster is complete. Called once. */
    void start() throws InterruptedException;

    /** Stops; what is under way is interrupted and done again after the next start. */
    @Override
    void close();
}
