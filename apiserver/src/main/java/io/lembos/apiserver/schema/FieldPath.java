package io.lembos.apiserver.schema;

/**
 * Where in an object a walk is. A walk has one for each field, and only an error puts it into words. Immutable.
 *
 * @param outer of what holds this; null at the top
 * @param step the name of a field, or an index or key in its brackets
 * @param named whether it is a name
 */
public record FieldPath(FieldPath outer, String step, boolean named) {
    public static final FieldPath TOP = new FieldPath(null, "", true);

    public FieldPath field(String name) {
        return new FieldPath(this, name, true);
    }

    public FieldPath index(int position) {
        return new FieldPath(this, "[" + position + "]", false);
    }

    public FieldPath key(String key) {
        return new FieldPath(this, "[" + key + "]", false);
    }

    @Override
    public String toString() {
        if (outer == null) {
            return "";
        }
        String before = outer.toString();
        return before.isEmpty() || !named ? before + step : before + "." + step;
    }
}
