package io.lembos.kubelet.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.json.TypedJson;
import java.util.List;
import org.junit.jupiter.api.Test;

class PodImagesTest {
    @Test
    void imagesOfContainersAndVolumesCount() throws Exception {
        Pod pod = TypedJson.MAPPER.readValue("""
                        {'spec':{'containers':[{'name':'a','image':'main:1'}],'initContainers':[{'name':'b','image':'init:1'}],
                         'ephemeralContainers':[{'name':'c','image':'debug:1'}],
                         'volumes':[{'name':'v','image':{'reference':'data:1'}},{'name':'w','emptyDir':{}}]}}""".replace('\'', '"'), Pod.class);

        assertThat(PodImages.of(List.of(pod))).containsExactly("data:1", "debug:1", "init:1", "main:1");
    }
}
