/** Tests of what the API server does by itself. */
package io.lembos.apiserver.bootstrap;
