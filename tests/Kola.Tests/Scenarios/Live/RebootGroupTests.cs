using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Images.Catalog;
using Kola.Machines.Provisioning;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;
using Kola.Tests.Machines.Guests;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Live;

/// <summary>How a machine's reboot agent learns whom it asks.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class RebootGroupTests
{
    private static readonly MachineDefinition Machine = new() { Name = "node1", RebootGroup = "blue" };

    [Test]
    public void The_images_own_file_names_the_first_server_and_the_group()
    {
        var image = SomeImage.Any with { Provisioning = ProvisioningKind.Ignition, LockClient = new() { File = "/etc/agent.conf", Content = "url={url}/\ngroup={group}\n" } };

        MachineMapping.ToProvisioning(Machine, image, []).OfType<ProvisioningConfig.Ignition>().Should().ContainSingle()
            .Which.Files.Should().Equal(new ProvisionedFile("/etc/agent.conf", "url=http://10.0.2.150:8080/\ngroup=blue\n"));
    }

    [Test]
    public void An_agent_that_nobody_knows_how_to_tell_is_not_proven() =>
        FluentActions.Invoking(() => MachineMapping.ToProvisioning(Machine, SomeImage.Any with { Provisioning = ProvisioningKind.Ignition }, []))
            .Should().Throw<NotProvenException>().WithMessage("*reboot-group*lockClient*");

    [Test]
    public void An_image_without_Ignition_has_nothing_that_writes_the_file() =>
        FluentActions.Invoking(() => MachineMapping.ToProvisioning(
                Machine, SomeImage.Any with { Provisioning = ProvisioningKind.CloudInit, LockClient = new() { File = "/etc/agent.conf", Content = "{url}" } }, []))
            .Should().Throw<InputException>().WithMessage("*not provisioned by Ignition*");

    [Test]
    public void A_machine_without_a_group_gets_no_file() =>
        MachineMapping.ToProvisioning(Machine with { RebootGroup = null }, SomeImage.Any with { Provisioning = ProvisioningKind.Ignition }, [])
            .OfType<ProvisioningConfig.Ignition>().Should().ContainSingle().Which.Files.Should().BeEmpty();
}
