package io.lembos.kubelet.probes;

/**
 * What one attempt of a probe brought.
 *
 * @param output what the event says of it
 */
public record Outcome(Result result, String output) {

    /** {@code WARNING} is a success that somebody should look at; {@code ERROR} says nothing about the container. */
    public enum Result {
        SUCCESS,
        WARNING,
        FAILURE,
        ERROR
    }

    static Outcome success() {
        return new Outcome(Result.SUCCESS, "");
    }

    static Outcome failure(String output) {
        return new Outcome(Result.FAILURE, output);
    }

    static Outcome error(String output) {
        return new Outcome(Result.ERROR, output);
    }
}
