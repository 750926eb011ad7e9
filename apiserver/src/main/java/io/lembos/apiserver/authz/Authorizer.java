package io.lembos.apiserver.authz;

/** Decides whether a request may go on. Must not block and is asked by many threads. */
@FunctionalInterface
public interface Authorizer {
    boolean allows(Attributes request);
}
