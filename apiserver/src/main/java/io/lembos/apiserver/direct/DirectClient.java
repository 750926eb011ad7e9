package io.lembos.apiserver.direct;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.lembos.api.authn.Identity;
import io.lembos.api.client.Client;
import io.lembos.api.client.DeleteOptions;
import io.lembos.api.client.ListOptions;
import io.lembos.api.client.Listing;
import io.lembos.api.client.WatchEvent;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.json.TypedJson;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.PartialObjectMetadata;
import io.lembos.api.meta.ResourceType;
import io.lembos.api.time.Clock;
import io.lembos.apiserver.admission.Admission;
import io.lembos.apiserver.authn.TokenIssuer;
import io.lembos.apiserver.authz.Attributes;
import io.lembos.apiserver.authz.Authorizer;
import io.lembos.apiserver.authz.Denial;
import io.lembos.apiserver.handlers.PatchHandler;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.patch.Patch;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.registry.ListPage;
import io.lembos.apiserver.registry.ListRequest;
import io.lembos.apiserver.registry.ObjectDeleter;
import io.lembos.apiserver.registry.ObjectEvent;
import io.lembos.apiserver.registry.PodBinder;
import io.lembos.apiserver.registry.Registry;
import io.lembos.apiserver.registry.Selection;
import io.lembos.apiserver.registry.StoredObject;
import io.lembos.apiserver.registry.WriteContext;
import io.lembos.apiserver.reviews.Reviews;
import io.lembos.apiserver.schema.Strictness;
import io.lembos.apiserver.store.Entry;
import io.smallrye.mutiny.Multi;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The API as one identity inside the server's process: every call is authorized, admitted and validated as over HTTPS,
 * but objects are decoded once and shared. Stateless.
 */
public final class DirectClient implements Client {
    private final Registry registry;
    private final Authorizer authorizer;
    private final Identity identity;
    private final PodBinder bindings;
    private final Optional<Answers> answers;

    /** Who answers what is asked and not stored. */
    public record Answers(Reviews reviews, TokenIssuer tokens) {}

    public DirectClient(
            Registry registry, Authorizer authorizer, Identity identity, Clock clock, Optional<Answers> answers) {
        this.registry = registry;
        this.authorizer = authorizer;
        this.identity = identity;
        this.bindings = new PodBinder(registry, clock);
        this.answers = answers;
    }

    @Override
    public <T extends HasMetadata> Optional<T> get(ResourceType<T> type, ObjectKey key) {
        Kind kind = authorize("get", type, key, "");
        return registry.reader().find(kind, key).map(e -> decode(e, type));
    }

    @Override
    public <T extends HasMetadata> Listing<T> list(ResourceType<T> type, ListOptions options) {
        Kind kind = authorize("list", type, ObjectKey.of(options.namespace(), ""), "");
        ListPage page = registry.reader().list(selection(kind, options), ListRequest.EVERYTHING);
        List<T> items = page.entries().stream().map(e -> decode(e, type)).toList();
        return new Listing<>(String.valueOf(page.revision()), items);
    }

    @Override
    public <T extends HasMetadata> Multi<WatchEvent<T>> watch(ResourceType<T> type, ListOptions options) {
        Kind kind = authorize("watch", type, ObjectKey.of(options.namespace(), ""), "");
        return registry.reader()
                .watch(selection(kind, options), options.resourceVersion(), false)
                .map(event -> decode(event, type));
    }

    @Override
    public <T extends HasMetadata> T create(ResourceType<T> type, T object) {
        String namespace = type.namespaced() ? object.getMetadata().getNamespace() : "";
        Kind kind = authorize("create", type, ObjectKey.of(namespace, ""), "");
        ObjectNode node =
                registry.intake().fit(kind, encode(object), Strictness.IGNORE).object();
        Optional<Reviews> asked = answers.map(Answers::reviews).filter(r -> r.answers(kind));
        if (asked.isPresent()) {
            asked.get().answer(kind, identity, node);
            return TypedJson.MAPPER.convertValue(node, type.type());
        }
        return decode(registry.creator().create(kind, namespace, node, WriteContext.of(identity)), type);
    }

    @Override
    public <T extends HasMetadata> T update(ResourceType<T> type, T object) {
        return replace("", type, object);
    }

    @Override
    public <T extends HasMetadata> T updateSubresource(ResourceType<T> type, T object, String subresource) {
        return replace(subresource, type, object);
    }

    @Override
    public <T extends HasMetadata> T patch(
            ResourceType<T> type, ObjectKey key, io.lembos.api.client.Patch patch, String subresource) {
        Kind kind = authorize("patch", type, key, subresource);
        String contentType = switch (patch) {
            case io.lembos.api.client.Patch.Json json -> "application/json-patch+json";
            case io.lembos.api.client.Patch.Merge merge -> "application/merge-patch+json";
            case io.lembos.api.client.Patch.StrategicMerge smp -> "application/strategic-merge-patch+json";
        };
        Patch read = Patch.read(contentType, patch.body().getBytes(StandardCharsets.UTF_8));
        PatchHandler.refuseUnfit(kind, read);
        var change = new PatchHandler.Change(registry.intake(), kind, read, Strictness.IGNORE);
        return decode(registry.updater().update(kind, key, subresource, change, WriteContext.of(identity)), type);
    }

    @Override
    public <T extends HasMetadata> void delete(ResourceType<T> type, ObjectKey key, DeleteOptions options) {
        Kind kind = authorize("delete", type, key, "");
        Admission.admitDelete(kind, key);
        var request = new ObjectDeleter.Request(
                options.gracePeriodSeconds(), Optional.of(options.propagation()), options.uid(), "");
        registry.deleter().delete(kind, key, request, WriteContext.of(identity));
    }

    @Override
    @SuppressWarnings("unchecked") // an answer is of the class of its request
    public <T extends HasMetadata, B> B createSubresource(
            ResourceType<T> type, ObjectKey key, String subresource, B body) {
        Kind kind = authorize("create", type, key, subresource);
        if (subresource.equals("token") && answers.isPresent()) {
            ObjectNode answer = answers.get().tokens().issue(key, encode(body), identity);
            return (B) TypedJson.MAPPER.convertValue(answer, body.getClass());
        }
        if (!subresource.equals("binding")) {
            throw ApiError.of(
                    Reason.MethodNotAllowed, "the server does not allow this method on the requested resource");
        }
        bindings.bind(kind, key, encode(body), WriteContext.of(identity));
        return body;
    }

    @Override
    public List<ResourceType<PartialObjectMetadata>> resources() {
        Set<String> seen = new HashSet<>();
        // The versions of a kind are the same objects: the first will do.
        return registry.kinds().all().stream()
                .filter(k -> k.verbs().containsAll(List.of("list", "watch", "delete")))
                // Events and autoscalers are one object in two groups or versions: told of where they are stored.
                .filter(k -> k.custom().isPresent() || k.conversion().isNone())
                .filter(k -> seen.add(k.plural() + "." + k.group()))
                .map(k -> ResourceType.generic(k.group(), k.version(), k.kind(), k.plural(), k.namespaced()))
                .toList();
    }

    private <T extends HasMetadata> T replace(String subresource, ResourceType<T> type, T object) {
        ObjectKey key = ObjectKey.of(object);
        Kind kind = authorize("update", type, key, subresource);
        ObjectNode node =
                registry.intake().fit(kind, encode(object), Strictness.IGNORE).object();
        return decode(registry.updater().replace(kind, key, subresource, node, WriteContext.of(identity)), type);
    }

    private Kind authorize(String verb, ResourceType<?> type, ObjectKey key, String subresource) {
        var attributes = new Attributes(
                identity, verb, type.group(), type.plural(), subresource, key.namespace(), key.name(), "");
        if (!authorizer.allows(attributes)) {
            throw Denial.of(attributes);
        }
        return registry.kinds()
                .byPlural(type.group(), type.version(), type.plural())
                .orElseThrow(() -> ApiError.of(Reason.NotFound, "the server could not find the requested resource"));
    }

    private static Selection selection(Kind kind, ListOptions options) {
        return Selection.of(kind, options.namespace(), options.labelSelector(), options.fieldSelector());
    }

    private static <T extends HasMetadata> WatchEvent<T> decode(ObjectEvent event, ResourceType<T> type) {
        return switch (event) {
            case ObjectEvent.Added added -> new WatchEvent.Added<>(decode(added.entry(), type));
            case ObjectEvent.Modified modified -> new WatchEvent.Modified<>(decode(modified.entry(), type));
            case ObjectEvent.Deleted deleted -> new WatchEvent.Deleted<>(decode(deleted.entry(), type));
            case ObjectEvent.Bookmark bookmark -> new WatchEvent.Bookmark<>(String.valueOf(bookmark.revision()));
        };
    }

    private static <T extends HasMetadata> T decode(Entry entry, ResourceType<T> type) {
        return StoredObject.of(entry).typed(type.type());
    }

    /** By way of bytes, so that numbers are what a decoder makes of them and can be compared with stored ones. */
    private static ObjectNode encode(Object object) {
        try {
            return CanonicalJson.read(TypedJson.MAPPER.writeValueAsBytes(object));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A typed object can always be written", e);
        }
    }
}
