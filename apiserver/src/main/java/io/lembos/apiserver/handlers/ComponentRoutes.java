package io.lembos.apiserver.handlers;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lembos.api.error.ApiError;
import io.lembos.apiserver.http.Exchange;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What components of the cluster tell about themselves, under {@code /lembos/v1/}: paths that are no resources, authorized
 * as such. Safe for many threads.
 */
public final class ComponentRoutes {
    private static final String PREFIX = "/lembos/v1/";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Endpoint> endpoints = new ConcurrentHashMap<>();

    /** What one component answers. */
    @FunctionalInterface
    public interface Endpoint {
        /**
         * @param method of HTTP
         * @param path what follows the endpoint's name
         * @param body missing if there was none
         * @throws ApiError when there is no answer
         */
        JsonNode answer(String method, List<String> path, JsonNode body);
    }

    /** @param name the first part of the path */
    public void serve(String name, Endpoint endpoint) {
        endpoints.put(name, endpoint);
    }

    /** Answers if the path is a component's. */
    boolean dispatch(Exchange exchange) {
        String path = exchange.info().path();
        if (!path.startsWith(PREFIX)) {
            return false;
        }
        List<String> parts = List.of(path.substring(PREFIX.length()).split("/"));
        Endpoint endpoint = endpoints.get(parts.getFirst());
        if (endpoint == null) {
            return false;
        }
        String method = exchange.request().method().name();
        exchange.answer(200, endpoint.answer(method, parts.subList(1, parts.size()), body(exchange)));
        return true;
    }

    private static JsonNode body(Exchange exchange) {
        try {
            return JSON.readTree(exchange.body());
        } catch (JacksonException e) {
            throw ApiError.badRequest("the body of the request is no JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw ApiError.badRequest("the body of the request cannot be read: " + e.getMessage());
        }
    }
}
