/** Kubernetes Events, as components record them about objects. */
package io.lembos.api.events;
