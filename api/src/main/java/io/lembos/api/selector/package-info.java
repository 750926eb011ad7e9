/** Label and field selectors: parsed once, matched as pure functions. */
package io.lembos.api.selector;
