# SPDX-License-Identifier: Apache-2.0
"""Faults and bad input, tried on the built program: see scripts/faults."""
