/** What the API promises about objects, lists and watches, over HTTPS and in process, with many clients at a time. */
package io.lembos.apiserver.semantics;
