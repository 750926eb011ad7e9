/** Keeps for each Service with a selector the list of pod addresses behind it. */
package io.lembos.controllers.endpointslice;
