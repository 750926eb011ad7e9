/**
 * Image archives without an engine: building from a directory, reading and writing OCI layouts and docker archives, the
 * sandbox image, import into containerd. Files only; nothing here talks to a registry.
 */
package io.lembos.runtime.images;
