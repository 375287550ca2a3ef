namespace Kola.Cli.Projects;

/// <summary>Pipelines of a project that has Kola installed. Release folders are what <c>kola release import</c> makes.</summary>
internal static class PipelineFiles
{
    public const string GitHub = """
        # The job "publish" cannot start unless the gate has passed and its record is about these very files.
        name: release gate
        on: [workflow_dispatch]
        jobs:
          gate:
            runs-on: ubuntu-latest
            env:
              # The package of Kola: a path or an address that this job can read.
              KOLA_PACKAGE: ${{ vars.KOLA_PACKAGE }}
            steps:
              - uses: actions/checkout@v4
              - name: Let this user open /dev/kvm
                run: |
                  echo 'KERNEL=="kvm", GROUP="kvm", MODE="0666", OPTIONS+="static_node=kvm"' | sudo tee /etc/udev/rules.d/99-kvm4all.rules
                  sudo udevadm control --reload-rules
                  sudo udevadm trigger --name-match=kvm
              - name: Install Kola
                run: |
                  curl --fail --location --output /tmp/kola.deb "$KOLA_PACKAGE"
                  sudo apt-get update
                  sudo apt-get install -y /tmp/kola.deb
              # Put the releases here: the one in the field, the one to judge, and one that it must be able to update to.
              # - run: kola release import disk.qcow2 --artifact FILE --image NAME --output releases/candidate
              - name: Gate
                env:
                  KOLA_SIGNING_KEY: ${{ secrets.KOLA_SIGNING_KEY }}
                run: kola gate --previous releases/previous --candidate releases/candidate --next releases/next --record record.dsse.json
              - uses: actions/upload-artifact@v4
                if: always()
                with:
                  name: gate
                  # Without the keys that open the machines, and without 'latest', a link to one of the runs.
                  path: |
                    record.dsse.json
                    .kola/runs
                    !.kola/runs/latest/**
                    !.kola/runs/**/id_ecdsa*
                    !.kola/runs/**/id_ed25519*
                  include-hidden-files: true
              - uses: actions/upload-artifact@v4
                with:
                  name: release
                  path: |
                    releases/candidate
                    record.dsse.json
          publish:
            needs: gate
            runs-on: ubuntu-latest
            env:
              KOLA_PACKAGE: ${{ vars.KOLA_PACKAGE }}
            steps:
              - uses: actions/checkout@v4
              - uses: actions/download-artifact@v4
                with:
                  name: release
              - name: Install Kola
                run: |
                  curl --fail --location --output /tmp/kola.deb "$KOLA_PACKAGE"
                  sudo apt-get update
                  sudo apt-get install -y --no-install-recommends /tmp/kola.deb
              - run: kola verify --artifact releases/candidate/release.json --record record.dsse.json --key ci/kola.pub --policy ci/gate.yaml
              # - run: publish the release here

        """;

    public const string GitLab = """
        # Include it from .gitlab-ci.yml: "include: ci/kola.gitlab-ci.yml". The runner needs /dev/kvm (devices = ["/dev/kvm"] of its Docker executor), or machines are emulated.
        # KOLA_PACKAGE is the address of Kola's package, KOLA_SIGNING_KEY a protected variable that holds the private key.
        .kola:
          before_script:
            - curl --fail --location --output /tmp/kola.deb "$KOLA_PACKAGE"
            - apt-get update
            - apt-get install -y /tmp/kola.deb

        gate:
          extends: .kola
          tags: [kvm]
          script:
            # Put the releases here: the one in the field, the one to judge, and one that it must be able to update to.
            # - kola release import disk.qcow2 --artifact FILE --image NAME --output releases/candidate
            - kola gate --previous releases/previous --candidate releases/candidate --next releases/next --record record.dsse.json
          artifacts:
            when: always
            paths: [record.dsse.json, .kola/runs, releases/candidate]
            # The keys that open the machines, and a link to one of the runs.
            exclude: [.kola/runs/**/id_ecdsa*, .kola/runs/**/id_ed25519*, .kola/runs/latest, .kola/runs/latest/**/*]
            reports:
              junit: .kola/runs/*/junit.xml

        publish:
          extends: .kola
          needs: [gate]
          script:
            - kola verify --artifact releases/candidate/release.json --record record.dsse.json --key ci/kola.pub --policy ci/gate.yaml
            # - publish the release here

        """;
}
