/**
 * The documents by which clients find out what is served: {@code /api}, {@code /apis} and below, in the old form and in
 * the aggregated one. Pure builders over the kinds; bytes, content negotiation and caching are the caller's.
 */
package io.lembos.apiserver.discovery;
