/** Empties namespaces that are being deleted, so that they can go. */
package io.lembos.controllers.namespace;
