package io.lembos.kubelet.actions;

/** An action could not be carried out; it says nothing about the container. */
public final class ActionException extends Exception {
    private static final long serialVersionUID = 1L;

    public ActionException(String message) {
        super(message);
    }
}
