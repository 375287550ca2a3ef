using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Host;
using Kola.Machines.Images;
using NUnit.Framework;

namespace Kola.Tests.Machines.Host;

internal sealed class HostFolderTests
{
    private TemporaryFolder folder = null!;

    [SetUp]
    public void Prepare() => folder = new();

    [TearDown]
    public void Clean() => folder.Dispose();

    [Test]
    public void It_is_the_same_for_every_checkout() =>
        HostFolder.Open(_ => null).Should().MatchRegex("^/var/tmp/kola-[0-9]+$");

    [Test]
    public void It_is_made_where_the_user_says_and_for_the_user_alone()
    {
        var path = HostFolder.Open(_ => folder["host"]);

        path.Should().Be(folder["host"]);
        File.GetUnixFileMode(path).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Test]
    public void One_that_cannot_be_made_is_told_with_the_remedy()
    {
        folder.Write("file", "");

        FluentActions.Invoking(() => HostFolder.Open(_ => folder["file/host"])).Should().Throw<HostException>().WithMessage("*set KOLA_HOST_DIR to a folder of your own");
    }

    [TestCase(null)]
    [TestCase("")]
    public void Without_a_home_downloads_are_kept_all_the_same(string? home)
    {
        var locations = ImageLocations.FromEnvironment(folder.Path, name => name == "HOME" ? home : null);

        Path.IsPathRooted(locations.Cache).Should().BeTrue();
        locations.State.Should().Be(folder[".kola"]);
    }
}
