/**
 * What the API server does by itself as it starts and stops: the objects that it promises to have, and its place among the
 * endpoints of the service {@code kubernetes}.
 */
package io.lembos.apiserver.bootstrap;
