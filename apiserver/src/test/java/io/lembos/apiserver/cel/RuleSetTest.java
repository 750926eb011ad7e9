package io.lembos.apiserver.cel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.error.Cause;
import io.lembos.apiserver.kinds.BuiltIn;
import io.lembos.apiserver.structural.Structural;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules over values of structural schemas: what holds, what is refused, and in which words. */
class RuleSetTest {
    private static final String SPEC = """
            type: object
            properties:
              replicas: {type: integer}
              min: {type: integer}
              ratio: {type: number}
              name: {type: string, maxLength: 20}
              size: {type: string}
              when: {type: string, format: date-time}
              wait: {type: string, format: duration}
              port: {x-kubernetes-int-or-string: true}
              namespace: {type: string}
              a-b: {type: string}
              tags: {type: array, items: {type: string}}
              numbers: {type: array, items: {type: integer}}
              labels: {type: object, additionalProperties: {type: string}}
              free: {type: object, x-kubernetes-preserve-unknown-fields: true}
              ports: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [name], items: {type: object,
                properties: {name: {type: string}, port: {type: integer}}}}
            """;
    private static final String VALUE = """
            {replicas: 3, min: 1, ratio: 0.5, name: web-1, size: 500m, when: '2026-01-02T03:04:05Z', wait: 1h30m, port: 80,
            namespace: prod, a-b: x, tags: [b, a], numbers: [1, 2, 3], labels: {app: web}, free: {x: 1},
            ports: [{name: a, port: 1}]}
            """;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "self.replicas >= self.min",
                "self.ratio < 1",
                "self.ratio < 1.0 && self.replicas > 1.5",
                "self.name.matches('^[a-z]+-[0-9]$')",
                "self.name.startsWith('web') && self.name.size() == 5",
                "self.name.split('-')[1] == '1'",
                "self.name.find('[0-9]') == '1'",
                "self.name.findAll('[a-z]', 2) == ['w', 'e']",
                "self.name.upperAscii() == 'WEB-1'",
                "self.__namespace__ == 'prod' && self.a__dash__b == 'x'",
                "self.when < timestamp('2027-01-01T00:00:00Z') && self.when.getFullYear() == 2026",
                "self.wait == duration('90m')",
                "self.port == 80 && type(self.port) == int",
                "self.tags.all(t, t in ['a', 'b']) && self.tags.exists_one(t, t == 'a')",
                "!self.tags.isSorted() && self.numbers.isSorted() && self.numbers.sum() == 6",
                "self.numbers.max() == 3 && self.tags.min() == 'a' && self.tags.indexOf('a') == 1",
                "self.labels.all(k, k.size() < 10) && self.labels['app'] == 'web' && 'app' in self.labels",
                "has(self.free) && !has(self.labels.nothing)",
                "self.labels[?'nothing'].orValue('none') == 'none' && self.?name.hasValue()",
                "sets.contains([1, 2, 3, 4], self.numbers)",
                "quantity(self.size).isLessThan(quantity('1')) && quantity('1Ki').asInteger() == 1024",
                "quantity('1').add(quantity('500m')).compareTo(quantity('1500m')) == 0 && isQuantity('2Gi')",
                "quantity('1') == quantity('1000m')",
                "isIP('10.0.0.1') && ip('::1').family() == 6 && ip('127.0.0.1').isLoopback()",
                "cidr('10.0.0.0/8').containsIP('10.1.2.3') && cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16')",
                "url('https://example.com:80/a?x=1').getPort() == '80' && isURL('/a') && !isURL('a b')",
                "url('https://example.com/a?x=1').getQuery()['x'] == ['1']",
                "semver('1.2.3').isLessThan(semver('1.10.0')) && semver('1.2.3').minor() == 2",
                "!format.dns1123Label().validate('A').orValue([]).isSorted() || true",
                "format.named('dns1123Label').value().validate('a') == optional.none()",
                "'%s has %d'.format([self.name, self.replicas]) == 'web-1 has 3'",
                "self.ports.map(p, p.port).sum() == 1 && self.ports.filter(p, p.name == 'a').size() == 1",
                "cel.bind(x, self.replicas * 2, x == 6)",
                "self.numbers.all(i, n, n == i + 1)",
                "self == self && self.ports[0] == self.ports[0]",
                "self.replicas in [1, 2, 3] ? true : false"
            })
    void holds(String rule) {
        assertThat(check(rule, VALUE, null)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "self.nothing == 1 | undefined field 'nothing'",
                "self.replicas == 'x' | found no matching overload for '_==_'",
                "self.free.x == 1 | undefined field 'x'",
                "self.replicas + 1 | must evaluate to a bool",
                "self.replicas > | Syntax error: mismatched input"
            })
    void doesNotCompile(String rule) {
        String[] parts = rule.split("\\|");
        List<Cause> causes = check(parts[0].strip(), VALUE, null);
        assertThat(causes).hasSize(1);
        assertThat(causes.get(0).message()).contains(parts[1].strip());
    }

    @Test
    void saysWhatTheRuleSays() {
        assertThat(lines(check("self.replicas < 3", VALUE, null)))
                .containsExactly("<nil>: Invalid value: \"object\": failed rule: self.replicas < 3");
        assertThat(lines(check("rule: self.replicas < 3, message: too many", VALUE, null)))
                .containsExactly("<nil>: Invalid value: \"object\": too many");
        assertThat(lines(check(
                        "rule: self.replicas < 3, messageExpression: \"'not ' + string(self.replicas)\", reason:"
                                + " FieldValueForbidden, fieldPath: .replicas",
                        VALUE,
                        null)))
                .containsExactly("replicas: Forbidden: not 3");
        assertThat(lines(check("self.labels['x'] == 'y'", VALUE, null)))
                .containsExactly(
                        "<nil>: Invalid value: \"object\": no such key: x evaluating rule: self.labels['x'] == 'y'");
        assertThat(lines(check("1 / (self.replicas - 3) == 1", VALUE, null)))
                .containsExactly("<nil>: Invalid value: \"object\": division by zero evaluating rule: 1 /"
                        + " (self.replicas - 3) == 1");
    }

    @Test
    void transitionsAreJudgedOnlyWhereThereWasSomethingBefore() {
        String more = VALUE.replace("replicas: 3", "replicas: 4");
        assertThat(check("self.replicas >= oldSelf.replicas", VALUE, null)).isEmpty();
        assertThat(check("self.replicas >= oldSelf.replicas", more, VALUE)).isEmpty();
        assertThat(check("self.replicas >= oldSelf.replicas", VALUE, more)).hasSize(1);
        String optional = "rule: 'oldSelf.hasValue() || self.replicas == 3', optionalOldSelf: true";
        assertThat(check(optional, VALUE, null)).isEmpty();
        assertThat(check(optional, more, null)).hasSize(1);
        assertThat(check(optional, more, VALUE)).isEmpty();
    }

    @Test
    void whatDidNotChangeIsNotRefusedAgain() {
        assertThat(check("self.replicas > 5", VALUE, VALUE)).isEmpty();
        assertThat(check("self.replicas > 5", VALUE.replace("min: 1", "min: 2"), VALUE))
                .hasSize(1);
    }

    @Test
    void partsOfWhatDidNotChangeAreNotRefusedAgainEither() {
        String items = "{type: object, properties: {n: {type: integer}, l: {type: array, items: {type: integer,"
                + " x-kubernetes-validations: [{rule: self > 5}]}}}}";
        List<Cause> causes = new ArrayList<>();
        RuleSet set = RuleSet.of(Structural.of(BuiltIn.yaml(items)));
        set.check(BuiltIn.yaml("{n: 2, l: [1]}"), BuiltIn.yaml("{n: 1, l: [1]}"), causes);
        assertThat(causes).isEmpty();
        set.check(BuiltIn.yaml("{n: 2, l: [1, 2]}"), BuiltIn.yaml("{n: 1, l: [1]}"), causes);
        assertThat(lines(causes))
                .containsExactly(
                        "l[0]: Invalid value: \"integer\": failed rule: self > 5",
                        "l[1]: Invalid value: \"integer\": failed rule: self > 5");
    }

    @Test
    void aRuleThatRunsTooLongIsStopped() {
        StringBuilder numbers = new StringBuilder("{numbers: [0");
        for (int i = 1; i < 2000; i++) {
            numbers.append(", ").append(i);
        }
        List<Cause> causes = check("self.numbers.all(a, self.numbers.all(b, a + b >= 0))", numbers + "]}", null);
        assertThat(lines(causes))
                .containsExactly("<nil>: Invalid value: \"object\": 'operation cancelled: actual cost limit exceeded':"
                        + " no further validation rules will be run due to call cost exceeds limit for rule:"
                        + " self.numbers.all(a, self.numbers.all(b, a + b >= 0))");
    }

    private static List<String> lines(List<Cause> causes) {
        return causes.stream().map(Cause::line).toList();
    }

    private static List<Cause> check(String rule, String value, String old) {
        com.fasterxml.jackson.databind.node.ObjectNode schema = BuiltIn.yaml(SPEC);
        JsonNode rules = rule.startsWith("rule: ")
                ? BuiltIn.yaml("{rules: [{" + rule + "}]}").path("rules")
                : schema.arrayNode().add(schema.objectNode().put("rule", rule));
        schema.set("x-kubernetes-validations", rules);
        List<Cause> causes = new ArrayList<>();
        RuleSet.of(Structural.of(schema)).check(BuiltIn.yaml(value), old == null ? null : BuiltIn.yaml(old), causes);
        return causes;
    }
}
