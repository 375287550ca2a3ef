using FluentAssertions;
using Kola.Machines.Host;
using NUnit.Framework;

namespace Kola.Tests.Machines.Host;

internal sealed class ExecutablesTests
{
    private const UnixFileMode Plain = UnixFileMode.UserRead | UnixFileMode.UserWrite, Program = Plain | UnixFileMode.UserExecute;
    private TemporaryFolder folder = null!;

    [SetUp]
    public void Prepare() => folder = new();

    [TearDown]
    public void Clean() => folder.Dispose();

    [TestCase(Program, true)]
    [TestCase(Plain, false)]
    public void A_link_is_executable_where_the_file_is_that_it_leads_to(UnixFileMode mode, bool expected)
    {
        File.SetUnixFileMode(folder.Write("program", "#!/bin/sh\n"), mode);
        File.CreateSymbolicLink(folder["link"], "program");
        File.CreateSymbolicLink(folder["link to the link"], "link");

        Executables.IsExecutable(folder["program"]).Should().Be(expected);
        Executables.IsExecutable(folder["link"]).Should().Be(expected);
        Executables.IsExecutable(folder["link to the link"]).Should().Be(expected);
    }

    [Test]
    public void What_is_no_file_is_not_executable()
    {
        Directory.CreateDirectory(folder["folder"]);
        File.CreateSymbolicLink(folder["link to a folder"], "folder");
        File.CreateSymbolicLink(folder["dangling"], "nothing");
        File.CreateSymbolicLink(folder["loop"], "loop");

        foreach (var name in new[] { "folder", "link to a folder", "dangling", "loop", "nothing" })
            Executables.IsExecutable(folder[name]).Should().BeFalse(name);
    }
}
