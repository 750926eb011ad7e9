/** Whether a caller may do what it asks. Everything is refused that no rule allows. */
package io.lembos.apiserver.authz;
