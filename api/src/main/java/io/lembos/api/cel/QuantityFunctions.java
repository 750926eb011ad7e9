package io.lembos.api.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import io.lembos.api.quantity.Quantity;
import java.math.BigDecimal;

/** Amounts such as {@code 500m} as values. */
public final class QuantityFunctions {
    public static final CelType QUANTITY = OpaqueType.create("kubernetes.Quantity");

    private QuantityFunctions() {}

    /** An amount; equal if the numbers are. */
    public record Amount(BigDecimal value) {
        public static Amount parse(String text) {
            return new Amount(Quantity.parse(text).value().stripTrailingZeros());
        }
    }

    static void addTo(Functions functions) {
        CelType quantity = QUANTITY;
        CelType text = SimpleType.STRING;
        CelType bool = SimpleType.BOOL;
        CelType whole = SimpleType.INT;
        functions
                .opaque(quantity, Amount.class)
                .global("quantity", "string_to_quantity", quantity, a -> Amount.parse((String) a[0]), text)
                .global("isQuantity", "is_quantity_string", bool, a -> isQuantity((String) a[0]), text)
                .member("sign", "quantity_sign", whole, a -> (long) number(a, 0).signum(), quantity)
                .member(
                        "isInteger",
                        "quantity_is_integer",
                        bool,
                        a -> number(a, 0).scale() <= 0,
                        quantity)
                .member(
                        "asInteger",
                        "quantity_get_int",
                        whole,
                        a -> number(a, 0).longValueExact(),
                        quantity)
                .member(
                        "asApproximateFloat",
                        "quantity_get_float",
                        SimpleType.DOUBLE,
                        a -> number(a, 0).doubleValue(),
                        quantity)
                .member("isLessThan", "quantity_less_than", bool, a -> compare(a) < 0, quantity, quantity)
                .member("isGreaterThan", "quantity_greater_than", bool, a -> compare(a) > 0, quantity, quantity)
                .member("compareTo", "quantity_compare_to", whole, a -> (long) compare(a), quantity, quantity)
                .member("add", "quantity_add", quantity, a -> of(number(a, 0).add(number(a, 1))), quantity, quantity)
                .member(
                        "add",
                        "quantity_add_int",
                        quantity,
                        a -> of(number(a, 0).add(plain(a))),
                        quantity,
                        whole)
                .member(
                        "sub",
                        "quantity_sub",
                        quantity,
                        a -> of(number(a, 0).subtract(number(a, 1))),
                        quantity,
                        quantity)
                .member(
                        "sub",
                        "quantity_sub_int",
                        quantity,
                        a -> of(number(a, 0).subtract(plain(a))),
                        quantity,
                        whole);
    }

    private static BigDecimal number(Object[] arguments, int i) {
        return ((Amount) arguments[i]).value();
    }

    private static BigDecimal plain(Object[] arguments) {
        return BigDecimal.valueOf((Long) arguments[1]);
    }

    private static int compare(Object[] arguments) {
        return number(arguments, 0).compareTo(number(arguments, 1));
    }

    private static Amount of(BigDecimal value) {
        return new Amount(value.stripTrailingZeros());
    }

    private static boolean isQuantity(String text) {
        try {
            Amount.parse(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
