package io.lembos.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.error.Cause;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A value where it stands in an object, so that a rule names a field once. Adds what is wrong to {@code causes}; used by one
 * thread.
 *
 * @param path as Kubernetes writes it; empty for the object itself
 */
record Field(JsonNode node, String path, List<Cause> causes) {

    static Field of(JsonNode object, List<Cause> causes) {
        return new Field(object, "", causes);
    }

    Field at(String name) {
        return new Field(node.path(name), child(name), causes);
    }

    /** Each element of the list with this name. */
    void each(String name, Consumer<Field> rule) {
        JsonNode list = node.path(name);
        for (int i = 0; i < list.size(); i++) {
            rule.accept(new Field(list.get(i), child(name) + "[" + i + "]", causes));
        }
    }

    boolean has(String name) {
        return node.has(name);
    }

    boolean exists() {
        return !node.isMissingNode();
    }

    String text() {
        return node.asText("");
    }

    String text(String name) {
        return node.path(name).asText("");
    }

    long number(String name) {
        return node.path(name).asLong(0);
    }

    /** Refuses an absent or empty value. */
    void require(String name, String detail) {
        JsonNode value = node.path(name);
        boolean empty = value.isMissingNode()
                || value.isTextual() && value.asText().isEmpty()
                || value.isArray() && value.isEmpty();
        if (empty) {
            at(name).required(detail);
        }
    }

    void required(String detail) {
        causes.add(Cause.required(path, detail));
    }

    void invalid(String detail) {
        causes.add(Cause.invalid(path, node.isMissingNode() ? "" : ShownValue.of(node), detail));
    }

    void forbidden(String detail) {
        causes.add(Cause.forbidden(path, detail));
    }

    /** Refuses a list with more elements. */
    void atMost(int elements) {
        if (node.size() > elements) {
            causes.add(Cause.tooMany(path, node.size(), elements));
        }
    }

    void duplicate() {
        causes.add(Cause.duplicate(path, ShownValue.of(node)));
    }

    void notSupported(Collection<String> supported) {
        causes.add(Cause.notSupported(path, text(), supported));
    }

    /** Refuses a value outside a closed set; an absent one is somebody else's matter. */
    void oneOf(Collection<String> supported) {
        if (!text().isEmpty() && !supported.contains(text())) {
            notSupported(supported);
        }
    }

    /** Refuses a text that has not the form. */
    void form(Function<String, List<String>> form) {
        form.apply(text()).forEach(this::invalid);
    }

    /** Refuses another value than the stored one. */
    void immutable(JsonNode old) {
        if (!node.equals(old)) {
            causes.add(Cause.invalid(path, ShownValue.of(node), "field is immutable"));
        }
    }

    private String child(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
