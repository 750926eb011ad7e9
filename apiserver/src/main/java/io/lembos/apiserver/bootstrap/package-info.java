/** What the API server does once as it starts: the objects that it promises to have. */
package io.lembos.apiserver.bootstrap;
