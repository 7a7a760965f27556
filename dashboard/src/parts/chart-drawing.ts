import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  Legend,
  LinearScale,
  Tooltip,
} from 'chart.js';
import { Flow, SankeyController } from 'chartjs-chart-sankey';

/** The parts of the chart library that the page needs, loaded when the first chart is shown. */
Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  LinearScale,
  Legend,
  Tooltip,
  SankeyController,
  Flow,
);

export function draw(canvas: HTMLCanvasElement, configuration: ChartConfiguration): Chart {
  const style = getComputedStyle(canvas);
  Chart.defaults.font.family = style.fontFamily;
  Chart.defaults.font.size = 13;
  Chart.defaults.color = style.color;
  Chart.defaults.borderColor = style.getPropertyValue('--line');
  return new Chart(canvas, configuration);
}
