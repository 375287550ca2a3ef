using FluentAssertions;
using Kola.Scenarios.ExternalTests;
using Kola.Yaml;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.ExternalTests;

internal sealed class TestFolderTests
{
    [Test]
    public void Links_that_lead_nowhere_are_told_and_a_link_to_a_plain_file_is_no_test()
    {
        using var folder = new TemporaryFolder();
        File.SetUnixFileMode(folder.Write("tests/good", "#!/bin/sh\n"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        folder.Write("plain", "data");
        File.CreateSymbolicLink(folder["tests/dangling"], "nothing");
        File.CreateSymbolicLink(folder["tests/loop"], "loop");
        File.CreateSymbolicLink(folder["tests/plain"], "../plain");
        List<YamlProblem> problems = [];

        var found = TestFolder.Below(folder["tests"], "ext.x", problems, []).ToArray();

        found.Should().ContainSingle().Which.Executables.Should().Equal(folder["tests/good"]);
        problems.Select(problem => problem.ToString()).Should().HaveCount(2).And.OnlyContain(problem => problem.Contains("the symbolic link leads to nothing"));
    }
}
