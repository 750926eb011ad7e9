/**
 * Who a browser is. Two ways to be somebody: a client certificate on the connection, or a session that was opened with a
 * one-time {@link io.lembos.dashboard.login.LoginCodes login code}, which only the holder of a certificate can have made.
 * {@link io.lembos.dashboard.login.BrowserRules} keeps other web sites out.
 *
 * <p>Tokens and codes are kept as hashes, never logged, never part of a URL.
 */
package io.lembos.dashboard.login;
