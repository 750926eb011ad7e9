/** The images of a node as our own runtime keeps them: names, configurations and unpacked layers, and where they come from. */
package io.lembos.runtime.store;
