/** Typed objects to JSON and back, the same way everywhere. */
package io.lembos.api.json;
