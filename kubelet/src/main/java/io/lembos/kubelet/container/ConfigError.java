package io.lembos.kubelet.container;

/** The container cannot be configured; shown as {@code CreateContainerConfigError}, and tried again. */
public final class ConfigError extends Exception {
    private static final long serialVersionUID = 1L;

    public ConfigError(String message) {
        super(message);
    }
}
