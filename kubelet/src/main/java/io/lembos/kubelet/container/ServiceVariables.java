package io.lembos.kubelet.container;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The variables by which containers find services that were there before them: Kubernetes' own and Docker's old form. Pure. */
record ServiceVariables(List<Service> services) {

    Map<String, String> all() {
        Map<String, String> variables = new LinkedHashMap<>();
        for (Service service : services) {
            String ip = service.getSpec().getClusterIP();
            boolean addressed = ip != null && !ip.isEmpty() && !ip.equals("None");
            if (addressed && !service.getSpec().getPorts().isEmpty()) {
                add(variables, service, ip);
            }
        }
        return variables;
    }

    private static void add(Map<String, String> variables, Service service, String ip) {
        String prefix = name(service.getMetadata().getName());
        List<ServicePort> ports = service.getSpec().getPorts();
        variables.put(prefix + "_SERVICE_HOST", ip);
        variables.put(prefix + "_SERVICE_PORT", ports.getFirst().getPort().toString());
        for (ServicePort port : ports) {
            if (port.getName() != null && !port.getName().isEmpty()) {
                variables.put(
                        prefix + "_SERVICE_PORT_" + name(port.getName()),
                        port.getPort().toString());
            }
        }
        variables.put(prefix + "_PORT", url(ports.getFirst(), ip));
        for (ServicePort port : ports) {
            String link =
                    prefix + "_PORT_" + port.getPort() + "_" + protocol(port).toUpperCase(Locale.ROOT);
            variables.put(link, url(port, ip));
            variables.put(link + "_PROTO", protocol(port));
            variables.put(link + "_PORT", port.getPort().toString());
            variables.put(link + "_ADDR", ip);
        }
    }

    private static String url(ServicePort port, String ip) {
        String host = ip.contains(":") ? "[" + ip + "]" : ip;
        return protocol(port) + "://" + host + ":" + port.getPort();
    }

    private static String protocol(ServicePort port) {
        return port.getProtocol() == null ? "tcp" : port.getProtocol().toLowerCase(Locale.ROOT);
    }

    private static String name(String name) {
        return name.toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
