/** Built-in admission: what the server itself adds to or refuses in objects, beyond what their schema says. */
package io.lembos.apiserver.admission;
