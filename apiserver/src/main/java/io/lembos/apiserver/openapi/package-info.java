/**
 * What is served, as OpenAPI: one document in version 2 and one per group and version in version 3, made from the kinds,
 * the generated definitions and their texts. Enough for {@code kubectl explain}, {@code apply} and {@code create}.
 *
 * <p>Documents are made on first demand and kept as bytes with their ETag.
 */
package io.lembos.apiserver.openapi;
