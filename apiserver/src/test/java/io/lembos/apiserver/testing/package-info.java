/** An API server for tests of any module: {@link io.lembos.apiserver.testing.ApiServerFixture}, and ways to call it. */
package io.lembos.apiserver.testing;
