package io.lembos.apiserver.authz;

/** Allows what any rule allows, and refuses everything else. */
public record RuleAuthorizer(RuleSource rules) implements Authorizer {
    @Override
    public boolean allows(Attributes request) {
        return rules.any(request.identity(), request.namespace(), rule -> rule.allows(request));
    }
}
