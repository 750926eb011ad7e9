package io.lembos.apiserver.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import io.lembos.api.cel.Functions;
import java.net.URI;

/** Values that only functions look into, and what holds them. */
final class OpaqueTypes {
    static final CelType URL = OpaqueType.create("kubernetes.URL");
    static final CelType IP = OpaqueType.create("net.IP");
    static final CelType CIDR = OpaqueType.create("net.CIDR");
    static final CelType FORMAT = OpaqueType.create("kubernetes.NamedFormat");

    private OpaqueTypes() {}

    /** Tells what holds their values. */
    static void addTo(Functions functions) {
        functions
                .opaque(URL, URI.class)
                .opaque(IP, NetFunctions.Address.class)
                .opaque(CIDR, NetFunctions.Network.class)
                .opaque(FORMAT, FormatFunctions.Named.class);
    }
}
