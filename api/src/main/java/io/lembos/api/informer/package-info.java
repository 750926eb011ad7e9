/**
 * Local, always current copies of a resource: {@link io.lembos.api.informer.Informer} lists once, watches from there and
 * tells its handlers, as client-go's {@code tools/cache} does.
 */
package io.lembos.api.informer;
