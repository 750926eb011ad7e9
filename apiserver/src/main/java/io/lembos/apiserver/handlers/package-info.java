/** One class per verb: reads the request, lets the registry do the work, writes the answer. Handlers hold no state. */
package io.lembos.apiserver.handlers;
