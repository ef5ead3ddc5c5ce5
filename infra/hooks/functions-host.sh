#!/bin/sh
# azd hands its environment's variables to `dotnet publish`; MSBuild reads this one as a property (Directory.Build.props).
set -eu
exec azd env set FunctionsHost azure
