/** What several controllers need: shared informers, owner references, pod states, expectations. */
package io.lembos.controllers.common;
