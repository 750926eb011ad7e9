/** Questions to the API server that are answered in their own status and stored nowhere. */
package io.lembos.apiserver.reviews;
