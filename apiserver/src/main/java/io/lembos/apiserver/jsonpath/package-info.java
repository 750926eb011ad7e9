/** JSONPath as far as printer columns use it: {@link io.lembos.apiserver.jsonpath.JsonPath}. Immutable. */
package io.lembos.apiserver.jsonpath;
