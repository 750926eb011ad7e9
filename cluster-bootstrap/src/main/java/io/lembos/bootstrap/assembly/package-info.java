/** Puts a whole cluster together in one process: store, API server, controllers, scheduler, node. */
package io.lembos.bootstrap.assembly;
