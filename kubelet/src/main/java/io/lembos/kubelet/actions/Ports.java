package io.lembos.kubelet.actions;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.IntOrString;

/** Finds a container's port by number or name. */
public final class Ports {
    private static final int MAX = 65535;

    private Ports() {}

    public static int resolve(IntOrString port, Container container) throws ActionException {
        Integer number = port.getIntVal() != null ? port.getIntVal() : byName(port.getStrVal(), container);
        if (number == null || number < 1 || number > MAX) {
            throw new ActionException("couldn't find port: " + port.getValue());
        }
        return number;
    }

    /** A name may also be a number in quotes. */
    private static Integer byName(String name, Container container) {
        for (ContainerPort port : container.getPorts()) {
            if (name != null && name.equals(port.getName())) {
                return port.getContainerPort();
            }
        }
        return name != null && name.matches("\\d{1,5}") ? Integer.valueOf(name) : null;
    }
}
