package io.lembos.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.Cause;
import io.lembos.api.quantity.Quantity;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Volumes, claims on them and what provides them: amounts that exist, one source, and little that may change. */
final class StorageRules {
    private static final List<String> ACCESS_MODES =
            List.of("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod");
    /** Fields of a volume's spec that are no source. */
    private static final Set<String> NO_SOURCE = Set.of(
            "accessModes",
            "capacity",
            "claimRef",
            "mountOptions",
            "nodeAffinity",
            "persistentVolumeReclaimPolicy",
            "storageClassName",
            "volumeAttributesClassName",
            "volumeMode");

    private static final int DRIVER_CHARS_MAX = 63;

    private static final Rules VOLUME = new Rules() {
        @Override
        public void check(ObjectNode volume, List<Cause> causes) {
            Field spec = Field.of(volume, causes).at("spec");
            accessModes(spec);
            if (!spec.node().path("capacity").isEmpty()) {
                amounts(spec.at("capacity"), "storage");
            }
            List<String> sources = sources(spec.node());
            if (sources.isEmpty()) {
                spec.required("must specify a volume type");
            }
            sources.stream().skip(1).forEach(s -> spec.at(s).forbidden("may not specify more than 1 volume type"));
        }

        @Override
        public void checkUpdate(ObjectNode updated, ObjectNode old, List<Cause> causes) {
            Field spec = Field.of(updated, causes).at("spec");
            JsonNode before = old.path("spec");
            boolean same = sources(spec.node()).equals(sources(before))
                    && sources(before).stream()
                            .allMatch(s -> spec.node().path(s).equals(before.path(s)));
            if (!same) {
                spec.at("persistentvolumesource").forbidden("spec.persistentvolumesource is immutable after creation");
            }
            spec.at("volumeMode").immutable(before.path("volumeMode"));
        }
    };

    private static final Rules CLAIM = new Rules() {
        @Override
        public void check(ObjectNode claim, List<Cause> causes) {
            claimSpec(Field.of(claim, causes).at("spec"));
        }

        @Override
        public void checkUpdate(ObjectNode updated, ObjectNode old, List<Cause> causes) {
            claimUpdate(Field.of(updated, causes).at("spec"), old);
        }
    };

    private static final Rules STORAGE_CLASS = new Rules() {
        @Override
        public void check(ObjectNode object, List<Cause> causes) {
            Field.of(object, causes).at("provisioner").form(StorageRules::qualifiedOrEmpty);
        }

        @Override
        public void checkUpdate(ObjectNode updated, ObjectNode old, List<Cause> causes) {
            Field object = Field.of(updated, causes);
            for (String field : List.of("parameters", "provisioner", "reclaimPolicy")) {
                if (!updated.path(field).equals(old.path(field))) {
                    object.at(field).forbidden("updates to " + field + " are forbidden.");
                }
            }
            object.at("volumeBindingMode").immutable(old.path("volumeBindingMode"));
        }
    };

    private static final Rules ATTACHMENT = new Rules() {
        @Override
        public void check(ObjectNode attachment, List<Cause> causes) {
            Field source = Field.of(attachment, causes).at("spec").at("source");
            boolean inline = source.has("inlineVolumeSpec");
            boolean named = source.has("persistentVolumeName");
            if (!inline && !named) {
                source.required("must specify exactly one of inlineVolumeSpec and persistentVolumeName");
            } else if (inline && named) {
                source.forbidden("must specify exactly one of inlineVolumeSpec and persistentVolumeName");
            } else if (named) {
                source.require("persistentVolumeName", "must specify non empty persistentVolumeName");
            }
        }

        @Override
        public void checkUpdate(ObjectNode updated, ObjectNode old, List<Cause> causes) {
            Field.of(updated, causes).at("spec").immutable(old.path("spec"));
        }
    };

    private static final Rules DRIVER = new Rules() {
        @Override
        public void check(ObjectNode driver, List<Cause> causes) {
            Field name = Field.of(driver, causes).at("metadata").at("name");
            if (name.text().length() > DRIVER_CHARS_MAX) {
                causes.add(Cause.tooLong("metadata.name", DRIVER_CHARS_MAX));
            }
            Field spec = Field.of(driver, causes).at("spec");
            spec.at("fsGroupPolicy").oneOf(List.of("File", "None", "ReadWriteOnceWithFSType"));
            spec.each("volumeLifecycleModes", m -> m.oneOf(List.of("Ephemeral", "Persistent")));
        }

        @Override
        public void checkUpdate(ObjectNode updated, ObjectNode old, List<Cause> causes) {
            for (String field : List.of("attachRequired", "volumeLifecycleModes")) {
                Field.of(updated, causes)
                        .at("spec")
                        .at(field)
                        .immutable(old.path("spec").path(field));
            }
        }
    };

    private static final Rules CSI_NODE = (node, causes) -> {
        Set<String> names = new HashSet<>();
        Field.of(node, causes).at("spec").each("drivers", driver -> {
            driver.require("name", "");
            driver.require("nodeID", "");
            if (!names.add(driver.text("name"))) {
                driver.at("name").duplicate();
            }
        });
    };

    private static final Rules CAPACITY = new Rules() {
        @Override
        public void check(ObjectNode object, List<Cause> causes) {
            Field capacity = Field.of(object, causes);
            capacity.at("storageClassName").form(name -> name.isEmpty() ? List.of() : Names.subdomain(name));
            for (String field : List.of("capacity", "maximumVolumeSize")) {
                if (capacity.has(field) && Quantity.parse(capacity.text(field)).signum() < 0) {
                    capacity.at(field).invalid("must be greater than or equal to 0");
                }
            }
        }

        @Override
        public void checkUpdate(ObjectNode updated, ObjectNode old, List<Cause> causes) {
            for (String field : List.of("nodeTopology", "storageClassName")) {
                Field.of(updated, causes).at(field).immutable(old.path(field));
            }
        }
    };

    private static final Rules ATTRIBUTES = new Rules() {
        @Override
        public void check(ObjectNode object, List<Cause> causes) {
            if (object.path("parameters").isEmpty()) {
                Field.of(object, causes).at("parameters").required("");
            }
        }

        @Override
        public void checkUpdate(ObjectNode updated, ObjectNode old, List<Cause> causes) {
            for (String field : List.of("driverName", "parameters")) {
                if (!updated.path(field).equals(old.path(field))) {
                    Field.of(updated, causes).at(field).forbidden("updates to " + field + " are forbidden.");
                }
            }
        }
    };

    private StorageRules() {}

    static Map<String, Rules> byName() {
        return Map.of(
                "PersistentVolume", VOLUME,
                "PersistentVolumeClaim", CLAIM,
                "StorageClass", STORAGE_CLASS,
                "VolumeAttachment", ATTACHMENT,
                "CSIDriver", DRIVER,
                "CSINode", CSI_NODE,
                "CSIStorageCapacity", CAPACITY,
                "VolumeAttributesClass", ATTRIBUTES);
    }

    private static List<String> sources(JsonNode spec) {
        return spec.properties().stream()
                .map(Map.Entry::getKey)
                .filter(f -> !NO_SOURCE.contains(f))
                .sorted()
                .toList();
    }

    private static void accessModes(Field spec) {
        spec.node().path("accessModes").forEach(mode -> {
            if (!ACCESS_MODES.contains(mode.asText())) {
                spec.causes().add(Cause.notSupported(spec.path() + ".accessModes", mode.asText(), ACCESS_MODES));
            }
        });
        boolean alone = spec.node()
                .path("accessModes")
                .valueStream()
                .anyMatch(m -> m.asText().equals("ReadWriteOncePod"));
        if (alone && spec.node().path("accessModes").size() > 1) {
            spec.at("accessModes").forbidden("may not use ReadWriteOncePod with other access modes");
        }
    }

    /** An amount of storage, and of nothing else. */
    private static void amounts(Field amounts, String only) {
        amounts.node().properties().forEach(amount -> {
            String path = amounts.path() + "[" + amount.getKey() + "]";
            Quantity quantity = Quantity.parse(amount.getValue().asText());
            if (!amount.getKey().equals(only)) {
                amounts.causes().add(Cause.notSupported(amounts.path(), amount.getKey(), List.of(only)));
            } else if (quantity.signum() <= 0) {
                amounts.causes().add(Cause.invalid(path, amount.getValue().asText(), "must be greater than zero"));
            }
        });
    }

    private static void claimSpec(Field spec) {
        accessModes(spec);
        LabelSelectors.check(spec.node().path("selector"), "spec.selector", spec.causes());
        Field requests = spec.at("resources").at("requests");
        if (!requests.has("storage")) {
            spec.causes().add(Cause.required("spec.resources[storage]", ""));
        } else if (Quantity.parse(requests.text("storage")).signum() <= 0) {
            spec.causes()
                    .add(Cause.invalid(
                            "spec.resources[storage]", requests.text("storage"), "must be greater than zero"));
        }
        spec.at("storageClassName").form(name -> name.isEmpty() ? List.of() : Names.subdomain(name));
    }

    /** A bound claim may ask for more; one that is not may become bound. */
    private static void claimUpdate(Field spec, ObjectNode old) {
        ObjectNode before = copy(old.path("spec"), old);
        ObjectNode now = copy(spec.node(), old);
        if (before.path("volumeName").asText("").isEmpty()) {
            before.remove("volumeName");
            now.remove("volumeName");
        }
        if (!before.has("storageClassName")) {
            now.remove("storageClassName");
        }
        boolean bound = old.path("status").path("phase").asText("").equals("Bound");
        String wanted = now.path("resources").path("requests").path("storage").asText("0");
        String had = before.path("resources").path("requests").path("storage").asText("0");
        if (bound) {
            for (ObjectNode side : List.of(before, now)) {
                side.remove("volumeAttributesClassName");
                if (side.path("resources").path("requests") instanceof ObjectNode requests) {
                    requests.remove("storage");
                }
            }
        }
        if (!now.equals(before)) {
            spec.forbidden("spec is immutable after creation except resources.requests and"
                    + " volumeAttributesClassName for bound claims");
        } else if (bound && Quantity.parse(wanted).compareTo(Quantity.parse(had)) < 0) {
            spec.causes()
                    .add(Cause.forbidden(
                            "spec.resources.requests.storage", "field can not be less than status.capacity"));
        }
    }

    private static ObjectNode copy(JsonNode spec, ObjectNode nodes) {
        return spec instanceof ObjectNode present ? present.deepCopy() : nodes.objectNode();
    }

    private static List<String> qualifiedOrEmpty(String name) {
        return name.isEmpty() ? List.of() : Names.qualifiedName(name.toLowerCase(java.util.Locale.ROOT));
    }
}
