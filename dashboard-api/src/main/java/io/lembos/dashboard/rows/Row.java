package io.lembos.dashboard.rows;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ObjectMeta;

/**
 * One table row, encoded once and shared by every connection that shows it.
 *
 * <p>JSON: {@code {"resourceVersion", "uid", "namespace", "name", "created", "cells": {…}}}; {@code namespace} is empty for
 * cluster-scoped objects, {@code created} is RFC 3339, and times in cells are too, so that ages tick without traffic.
 *
 * @param uid identity of the row: a new object under an old name is a new row
 * @param resourceVersion revision of the object
 * @param shown the JSON of everything else
 */
public record Row(String uid, String resourceVersion, String shown) {

    static Row of(ObjectMeta meta, ObjectNode cells) {
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        row.put("uid", meta.getUid());
        row.put("namespace", orEmpty(meta.getNamespace()));
        row.put("name", meta.getName());
        row.put("created", orEmpty(meta.getCreationTimestamp()));
        row.set("cells", cells);
        return new Row(meta.getUid(), orEmpty(meta.getResourceVersion()), row.toString());
    }

    /** Whether a reader would see no difference: a heartbeat changes only the revision. */
    public boolean showsSameAs(Row other) {
        return other != null && shown.equals(other.shown);
    }

    public String json() {
        String version = JsonNodeFactory.instance.textNode(resourceVersion).toString();
        return "{\"resourceVersion\":" + version + "," + shown.substring(1);
    }

    static ObjectNode cells() {
        return JsonNodeFactory.instance.objectNode();
    }

    static String orEmpty(String text) {
        return text == null ? "" : text;
    }

    static int orZero(Integer number) {
        return number == null ? 0 : number;
    }
}
