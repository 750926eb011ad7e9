package io.lembos.apiserver.reviews;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.authn.Identity;

/** How reviews show who somebody is. */
final class UserInfo {
    private UserInfo() {}

    /** {@code authentication/v1 UserInfo}. */
    static ObjectNode of(Identity identity) {
        ObjectNode user = JsonNodeFactory.instance.objectNode();
        user.put("username", identity.user());
        if (!identity.uid().isEmpty()) {
            user.put("uid", identity.uid());
        }
        ArrayNode groups = user.putArray("groups");
        identity.groups().forEach(groups::add);
        if (!identity.extra().isEmpty()) {
            ObjectNode extra = user.putObject("extra");
            identity.extra().forEach((name, values) -> {
                ArrayNode list = extra.putArray(name);
                values.forEach(list::add);
            });
        }
        return user;
    }
}
