package io.lembos.kubelet.settings;

import java.util.List;

/** A KubeletConfiguration that makes no sense, with everything that is wrong. */
public final class InvalidSettings extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final List<String> errors;

    InvalidSettings(List<String> errors) {
        super(String.join("; ", errors));
        this.errors = List.copyOf(errors);
    }

    public List<String> errors() {
        return errors;
    }
}
