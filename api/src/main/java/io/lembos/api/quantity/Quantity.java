package io.lembos.api.quantity;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount as Kubernetes writes it ({@code 500m}, {@code 2Gi}, {@code 1e3}). Immutable; compares by value, keeps the
 * family of its suffix.
 *
 * @param value the amount
 * @param form which family of suffixes it is written with
 */
public record Quantity(BigDecimal value, Form form) implements Comparable<Quantity> {
    /** The three families of suffixes. */
    public enum Form {
        DECIMAL,
        BINARY,
        EXPONENT
    }

    private static final int PLAIN_DIGITS = 15;
    private static final Pattern SYNTAX = Pattern.compile("([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)");
    private static final Pattern NUMBER = Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)");
    private static final List<String> DECIMAL = List.of("n", "u", "m", "", "k", "M", "G", "T", "P", "E");
    private static final List<String> BINARY = List.of("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei");
    private static final BigDecimal KIBI = BigDecimal.valueOf(1024);

    /** Reads a quantity; the message of the exception is Kubernetes'. */
    public static Quantity parse(String text) {
        int digits = digits(text);
        if (digits > 0 && digits <= PLAIN_DIGITS) {
            String suffix = text.substring(digits);
            int binary = suffix.length() == 2 ? BINARY.indexOf(suffix) : -1;
            int decimal = suffix.length() < 2 ? DECIMAL.indexOf(suffix) : -1;
            if (binary > 0 || decimal >= 0) {
                BigDecimal number = BigDecimal.valueOf(Long.parseLong(text, 0, digits, 10));
                return binary > 0 ? ofBinary(number, binary) : ofDecimal(number, decimal);
            }
        }
        return parseAny(text);
    }

    private static Quantity ofBinary(BigDecimal number, int suffix) {
        return new Quantity(rounded(number.multiply(KIBI.pow(suffix))), Form.BINARY);
    }

    private static Quantity ofDecimal(BigDecimal number, int suffix) {
        return new Quantity(rounded(number.scaleByPowerOfTen(3 * (suffix - 3))), Form.DECIMAL);
    }

    private static Quantity parseAny(String text) {
        Matcher m = SYNTAX.matcher(text);
        if (!m.matches() || !NUMBER.matcher(m.group(1)).matches()) {
            throw new IllegalArgumentException(
                    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
        }
        BigDecimal number = new BigDecimal(m.group(1));
        String suffix = m.group(2);
        if (BINARY.indexOf(suffix) > 0) {
            return ofBinary(number, BINARY.indexOf(suffix));
        } else if (DECIMAL.contains(suffix)) {
            return ofDecimal(number, DECIMAL.indexOf(suffix));
        } else if (suffix.matches("[eE][+-]?[0-9]{1,3}")) {
            int exponent = Integer.parseInt(suffix.substring(1).replace("+", ""));
            return new Quantity(rounded(number.scaleByPowerOfTen(exponent)), Form.EXPONENT);
        }
        throw new IllegalArgumentException("unable to parse quantity's suffix");
    }

    /** {@code parse(text).canonical()}, at once for what clearly is in that form already, as nearly everything stored is. */
    public static String canonical(String text) {
        return isPlainlyCanonical(text) ? text : parse(text).canonical();
    }

    /** Whether the text is a whole number that its suffix cannot be taken out of; others may be canonical all the same. */
    public static boolean isPlainlyCanonical(String text) {
        int digits = digits(text);
        if (digits == 0 || digits > PLAIN_DIGITS || text.charAt(0) == '0') {
            return false;
        }
        long number = Long.parseLong(text, 0, digits, 10);
        int rest = text.length() - digits;
        if (rest == 2 && text.charAt(digits + 1) == 'i' && "KMGTPE".indexOf(text.charAt(digits)) >= 0) {
            return number % 1024 != 0;
        }
        boolean decimal = rest == 0 || (rest == 1 && "mkMGTPE".indexOf(text.charAt(digits)) >= 0);
        return decimal && number % 1000 != 0;
    }

    /** How many digits it begins with. */
    private static int digits(String text) {
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        return digits;
    }

    /** Nothing finer than a nano, rounded away from zero. */
    private static BigDecimal rounded(BigDecimal value) {
        return value.scale() > 9 ? value.setScale(9, RoundingMode.UP) : value;
    }

    public int signum() {
        return value.signum();
    }

    @Override
    public int compareTo(Quantity other) {
        return value.compareTo(other.value);
    }

    /** The one written form: no fraction, the largest suffix that fits. */
    public String canonical() {
        if (value.signum() == 0) {
            return "0";
        }
        return form == Form.BINARY && isWhole() && value.abs().compareTo(KIBI) >= 0 ? binary() : decimal();
    }

    private boolean isWhole() {
        return value.stripTrailingZeros().scale() <= 0;
    }

    private String binary() {
        BigInteger amount = value.toBigIntegerExact();
        int power = 0;
        while (power < BINARY.size() - 1 && amount.getLowestSetBit() >= 10) {
            amount = amount.shiftRight(10);
            power++;
        }
        return amount + BINARY.get(power);
    }

    private String decimal() {
        int power = -3;
        BigDecimal amount = value.movePointRight(9);
        while (power < 6 && isMultipleOfThousand(amount)) {
            amount = amount.movePointLeft(3);
            power++;
        }
        BigInteger whole = amount.toBigInteger();
        if (form == Form.EXPONENT) {
            return power == 0 ? whole.toString() : whole + "e" + 3 * power;
        }
        return whole + DECIMAL.get(power + 3);
    }

    private static boolean isMultipleOfThousand(BigDecimal amount) {
        return amount.remainder(BigDecimal.valueOf(1000)).signum() == 0;
    }
}
