package io.lembos.apiserver.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import io.lembos.apiserver.schema.Quantity;
import java.math.BigDecimal;
import java.net.URI;

/** Values that only functions look into, and what holds them. */
final class OpaqueTypes {
    static final CelType URL = OpaqueType.create("kubernetes.URL");
    static final CelType QUANTITY = OpaqueType.create("kubernetes.Quantity");
    static final CelType IP = OpaqueType.create("net.IP");
    static final CelType CIDR = OpaqueType.create("net.CIDR");
    static final CelType SEMVER = OpaqueType.create("kubernetes.Semver");
    static final CelType FORMAT = OpaqueType.create("kubernetes.NamedFormat");

    private OpaqueTypes() {}

    /** An amount; equal if the numbers are. */
    record Amount(BigDecimal value) {
        static Amount parse(String text) {
            Quantity quantity = Quantity.parse(text);
            return new Amount(quantity.value().stripTrailingZeros());
        }
    }

    static Class<?> javaType(String name) {
        return switch (name) {
            case "kubernetes.URL" -> URI.class;
            case "kubernetes.Quantity" -> Amount.class;
            case "net.IP" -> NetFunctions.Address.class;
            case "net.CIDR" -> NetFunctions.Network.class;
            case "kubernetes.Semver" -> SemverFunctions.Version.class;
            case "kubernetes.NamedFormat" -> FormatFunctions.Named.class;
            default -> Object.class;
        };
    }
}
